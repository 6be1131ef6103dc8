from .move_recognizer import MOVERecognizer

__all__ = ['MOVERecognizer']
