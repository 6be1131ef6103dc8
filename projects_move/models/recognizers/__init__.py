from .move_recognizer import MOVERecognizer, shifted_frames

__all__ = ['MOVERecognizer', 'shifted_frames']
