'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const element = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat('en');

  // the table of classes: each column has a title and a value of a class
  const compared = data.compared;  // two methods, or none
  const difference = (i) => {
    if (!compared) return null;
    const [first, second] = compared.map((m) => data.ap[m][i]);
    return first === null || second === null ? null : first - second;
  };
  const columns = [
    {title: 'Class', value: (i) => data.classes.name[i], text: true},
    {title: 'Index', value: (i) => i},
    {title: 'Group', value: (i) => data.classes.group[i], text: true},
    {title: 'Training videos', value: (i) => data.classes.training[i]},
    {title: 'Test videos', value: (i) => data.classes.test[i]},
    ...data.methods.map((name, m) => ({
      title: `AP ${name}`, method: true, value: (i) => data.ap[m][i], spread: (i) => data.spread[m][i], digits: 3,
    })),
    ...(compared ? [{title: 'Difference of AP', value: difference, digits: 3, signed: true}] : []),
  ];
  const table = element('class-table');
  const rows = data.classes.name.map((_, i) => i);
  let order = {column: 3, descending: true};

  const fill = (cell, column, i) => {
    const value = column.value(i);
    if (column.text) {
      cell.textContent = value ?? '-';
      return;
    }
    cell.className = 'number';
    if (value === null) cell.textContent = '-';
    else if (!column.digits) cell.textContent = number.format(value);
    else cell.textContent = (column.signed && value > 0 ? '+' : '') + value.toFixed(column.digits);
    const spread = column.spread?.(i) ?? null;
    if (value !== null && spread !== null) {
      const small = document.createElement('small');
      small.textContent = ` ± ${spread.toFixed(column.digits)}`;
      cell.append(small);
    }
  };

  const body = table.tBodies[0];
  const lines = rows.map((i) => {
    const line = document.createElement('tr');
    for (const column of columns) fill(line.insertCell(), column, i);
    return line;
  });

  const compare = (a, b) => {
    const value = columns[order.column].value;
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return (x === null) - (y === null) || a - b;  // last, in both orders
    const sign = order.descending ? -1 : 1;
    const found = typeof x === 'string' ? data.collator.compare(x, y) : x - y;
    return sign * found || a - b;
  };
  data.collator = new Intl.Collator(undefined, {numeric: true});

  const show = () => {
    const wanted = element('search').value.trim().toLowerCase();
    const group = element('group').value;
    const chosen = rows.filter((i) => (!group || data.classes.group[i] === group) &&
      data.classes.name[i].toLowerCase().includes(wanted)).sort(compare);
    body.replaceChildren(...chosen.map((i) => lines[i]));
    element('shown').textContent = `${number.format(chosen.length)} of ${number.format(rows.length)} classes`;
    [...table.tHead.rows[0].cells].forEach((cell, c) => {
      cell.ariaSort = c !== order.column ? 'none' : order.descending ? 'descending' : 'ascending';
    });
  };

  const head = table.tHead.insertRow();
  columns.forEach((column, c) => {
    const cell = document.createElement('th');
    cell.scope = 'col';
    if (column.method) cell.className = 'method';
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = column.title;
    button.addEventListener('click', () => {
      order = {column: c, descending: c === order.column ? !order.descending : !column.text};
      show();
    });
    cell.append(button);
    head.append(cell);
  });
  for (const group of new Set(data.classes.group.filter((each) => each !== null))) {
    element('group').add(new Option(group, group));
  }
  element('search').addEventListener('input', show);
  element('group').addEventListener('change', show);
  show();
  performance.mark('usable');

  // the charts, whose library comes after this script: drawn when they come into view, all of them for a print
  const theme = () => {
    const css = getComputedStyle(document.documentElement);
    const axis = {gridcolor: css.getPropertyValue('--line'), zerolinecolor: css.getPropertyValue('--quiet')};
    return {axis, text: css.getPropertyValue('--text'), quiet: axis.zerolinecolor, panel: css.getPropertyValue('--page')};
  };
  const styled = (layout) => {
    const {axis, text, quiet, panel} = theme();
    return {
      ...layout,
      paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
      font: {color: text, size: 12}, hoverlabel: {bgcolor: panel, font: {color: text}},
      margin: {l: 55, r: 10, t: 30, b: 45}, modebar: {bgcolor: 'rgba(0,0,0,0)', color: quiet, activecolor: text},
      legend: {orientation: 'h', x: 0, y: 1, yanchor: 'bottom'},
      xaxis: {automargin: true, ...axis, ...layout.xaxis},
      yaxis: {automargin: true, exponentformat: 'none', ...axis, ...layout.yaxis},
    };
  };
  const plain = (name) => name.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const differenceChart = () => {
    const sorted = rows.filter((i) => difference(i) !== null)
      .sort((a, b) => data.classes.training[b] - data.classes.training[a] || a - b);
    const values = sorted.map(difference);
    return {
      key: 'difference',
      data: [{
        type: 'bar', x: sorted.map((_, rank) => rank + 1), y: values,
        text: sorted.map((i) => `${plain(data.classes.name[i])}<br>${data.classes.training[i]} training videos`),
        textposition: 'none', marker: {color: values.map((v) => (v < 0 ? '#d55e00' : '#0072b2')), line: {width: 0}},
        hovertemplate: '%{text}<br>%{y:+.3f}<extra></extra>',
      }],
      layout: {
        bargap: 0.1, showlegend: false, yaxis: {title: {text: 'difference of AP'}},
        xaxis: {title: {text: 'classes, by training videos'}},
      },
    };
  };
  const charts = new Map(data.charts.map((chart) => [element(`chart-${chart.key}`), chart]));
  if (compared) charts.set(element('chart-difference'), null);
  const drawn = new Set();
  const hidden = new Set();  // methods
  const draw = (place, width) => {
    const chart = charts.get(place) ?? differenceChart();
    const layout = {...styled(chart.layout), ...(width ? {width, height: 340} : {autosize: true})};
    const traces = chart.data.map((trace) => ({
      ...trace, visible: !hidden.has(trace.meta),
      ...(trace.error_y ? {error_y: {...trace.error_y, color: theme().text}} : {}),
    }));
    drawn.add(place);
    return Plotly.react(place, traces, layout, {responsive: true, displaylogo: false});
  };
  element('legend').addEventListener('change', ({target}) => {
    hidden[target.checked ? 'delete' : 'add'](Number(target.value));
    drawn.forEach((place) => draw(place));
  });
  const visible = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (entry.isIntersecting && !drawn.has(entry.target)) draw(entry.target);
  }), {rootMargin: '300px'});
  document.addEventListener('DOMContentLoaded', () => {
    for (const place of charts.keys()) visible.observe(place);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawn.forEach((place) => draw(place)));
  let closed = [];  // the commands are printed, the configs are not
  window.addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details.run:not([open])')];
    closed.forEach((each) => { each.open = true; });
    for (const place of charts.keys()) draw(place, 660);
  });
  window.addEventListener('afterprint', () => {
    closed.forEach((each) => { each.open = false; });
    drawn.forEach((place) => draw(place));
  });

  if (compared) {
    ['first', 'second'].forEach((id, side) => {
      data.methods.forEach((name, m) => element(id).add(new Option(name, m)));
      element(id).value = compared[side];
      element(id).addEventListener('change', () => {
        compared[side] = Number(element(id).value);
        rows.forEach((i) => fill(lines[i].lastChild, columns.at(-1), i));
        show();
        draw(element('chart-difference'));
      });
    });
  }
})();
