// Draws the charts of a report. Every number comes from the object that the page carries, by its place in it; nothing is computed but
// where a mark stands.
(() => {
  'use strict';
  const result = JSON.parse(document.getElementById('result').textContent);
  const zh = document.documentElement.lang.startsWith('zh');
  const root = document.documentElement;

  /** What stands at a JSON pointer. */
  const at = (pointer) => pointer.split('/').slice(1)
    .reduce((value, key) => (value == null ? value : value[key.replace(/~1/g, '/').replace(/~0/g, '~')]), result);

  const grouped = (value) => {
    if (Math.abs(value) < 100) return value.toFixed(1);
    return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  };
  const money = (yuan) => {
    const size = Math.abs(yuan);
    if (zh) {
      if (size >= 1e8) return (yuan / 1e8).toFixed(2) + '亿';
      return size >= 1e6 ? (yuan / 1e4).toFixed(0) + '万' : grouped(yuan);
    }
    if (size >= 1e9) return (yuan / 1e9).toFixed(2) + 'bn';
    return size >= 1e6 ? (yuan / 1e6).toFixed(1) + 'm' : grouped(yuan);
  };
  /** A number as people read it. */
  const say = (value, unit) => {
    if (value == null || Number.isNaN(value)) return '-';
    switch (unit) {
      case 'yuan': return money(value);
      case 'share': return (value * 100).toFixed(1) + '%';
      case 'rate_per_year': return (value * 100).toFixed(2) + '%';
      case 'count': return grouped(value);
      case 'years': return value.toFixed(1);
      default: return value.toFixed(2);
    }
  };
  /** A number on an axis: short. */
  const tick = (value, unit) => {
    const plain = (number) => String(Number(number.toPrecision(6))).replace(/\B(?=(\d{3})+$)/g, ',');
    switch (unit) {
      case 'yuan': return plain(value / (zh ? 1e8 : 1e9));
      case 'share': case 'rate_per_year': return plain(value * 100) + '%';
      default: return plain(value);
    }
  };
  const axisName = (unit) => (unit === 'yuan' ? (zh ? '亿元' : 'CNY bn') : '');

  const PALETTE = {
    light: ['#0b5cad', '#d1570a', '#2a7d46', '#8b3fa0', '#b3261e', '#00838f', '#8a6d00', '#5c6773', '#c2417c'],
    dark: ['#7ab8ff', '#ffa25c', '#7fd19b', '#d7a3ea', '#ff9a92', '#62d2dd', '#e6c95c', '#b7c0cc', '#f49ac1'],
  };
  const font = getComputedStyle(document.body).fontFamily;
  const themes = {};
  /** The colours of the theme; asking the page for them again for each chart would lay it out as often. */
  const theme = () => { themes[root.dataset.theme] ??= colours(); return themes[root.dataset.theme]; };
  const colours = () => {
    const style = getComputedStyle(root);
    const get = (name) => style.getPropertyValue(name).trim();
    return { text: get('--text'), soft: get('--soft'), line: get('--line'), panel: get('--panel'), bg: get('--bg'), colours: PALETTE[root.dataset.theme] || PALETTE.light };
  };
  const tip = (t) => ({ confine: true, backgroundColor: t.bg, borderColor: t.line, textStyle: { color: t.text, fontSize: 12 } });
  const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }[c]));
  const base = (t) => ({
    color: t.colours,
    animation: false,
    aria: { enabled: false },
    textStyle: { color: t.text, fontFamily: font },
    grid: { left: 8, right: 18, top: 34, bottom: 8, containLabel: true },
    legend: { show: false },
  });
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = `12px ${font}`;
  const widthOf = (text) => {
    return pen.measureText(text).width;
  };
  /** A legend that wraps, and the room that it takes. */
  const legend = (option, t, names, width) => {
    let [rows, used] = [1, 0];
    names.forEach((name) => {
      const item = widthOf(name) + 18 + 5 + 12;
      if (used > 0 && used + item > width) { rows += 1; used = 0; }
      used += item;
    });
    option.legend = { show: true, type: 'plain', top: 0, left: 0, width, padding: 0, itemGap: 12, itemWidth: 18, itemHeight: 10, textStyle: { color: t.text, fontSize: 12, lineHeight: 16 }, data: names };
    option.grid.top = rows * 24 + 22;
  };
  const valueAxis = (t, unit, name) => ({
    type: 'value', name: name === undefined ? axisName(unit) : name, nameTextStyle: { color: t.soft, align: 'left' }, nameGap: 8,
    axisLabel: { color: t.soft, formatter: (value) => tick(value, unit), hideOverlap: true }, splitLine: { lineStyle: { color: t.line } },
  });
  /** A value axis that lies, with as many numbers as fit side by side, so that none is left out. */
  const lyingAxis = (t, unit, room) => Object.assign(valueAxis(t, unit), { nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: t.soft }, splitNumber: Math.max(2, Math.min(5, Math.floor(room / 75))) });
  const yearName = (year) => (zh ? `${year}年` : `y${year}`);
  const categoryAxis = (t, data, extra) => ({
    type: 'category', data, axisLine: { lineStyle: { color: t.line } }, axisTick: { show: false },
    axisLabel: Object.assign({ color: t.soft, hideOverlap: true }, extra),
  });
  const wrapped = (width) => ({ width, overflow: 'break', lineHeight: 14, fontSize: 12, interval: 0, hideOverlap: false });

  /** A bar from one value to another, with an interval across it. */
  const whisker = (t, across) => (params, api) => {
    const low = api.coord(across ? [api.value(1), api.value(0)] : [api.value(0), api.value(1)]);
    const high = api.coord(across ? [api.value(2), api.value(0)] : [api.value(0), api.value(2)]);
    const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: t.text, lineWidth: 1.4 } });
    const half = 5;
    return across
      ? { type: 'group', children: [line(low[0], low[1], high[0], high[1]), line(low[0], low[1] - half, low[0], low[1] + half), line(high[0], high[1] - half, high[0], high[1] + half)] }
      : { type: 'group', children: [line(low[0], low[1], high[0], high[1]), line(low[0] - half, low[1], low[0] + half, low[1]), line(high[0] - half, high[1], high[0] + half, high[1])] };
  };

  /** Room for the name of one group of bars, and whether bars lie down for want of it. */
  const roomOf = (spec, width) => (width - 80) / spec.names.length;
  const isLying = (spec, width) => spec.lying || (!spec.years && roomOf(spec, width) < 70);

  /** The last column of a chart of flows. */
  const lastOf = (spec) => Math.max(...spec.nodes.map((node) => node.depth));

  /** Whether charts are as wide as a column of A4 now. */
  let printing = false;
  const draw = {
    /** Horizontal bars: `rows` of {name, to, from?, lo?, hi?}, pointers all. */
    ladder(spec, t, width) {
      const rows = spec.rows.map((row) => ({
        name: row.name, to: at(row.to), from: row.from ? at(row.from) : 0, lo: row.lo ? at(row.lo) : null, hi: row.hi ? at(row.hi) : null, from_said: row.from,
      }));
      const names = rows.map((row) => row.name);
      const option = base(t);
      option.grid.top = 10;
      option.grid.right = spec.rows[0].lo ? 24 : 62;
      const room = Math.min(190, width * 0.4);
      option.xAxis = lyingAxis(t, spec.unit, width - room - option.grid.right);
      if (axisName(spec.unit)) option.grid.bottom = 24;
      option.yAxis = Object.assign(categoryAxis(t, names, wrapped(room)), { inverse: true });
      option.tooltip = Object.assign(tip(t), {
        trigger: 'item',
        formatter: (params) => {
          const row = rows[params.dataIndex];
          const range = row.lo == null ? '' : `<br>${escape(spec.range)}: ${say(row.lo, spec.unit)} .. ${say(row.hi, spec.unit)}`;
          const from = row.from_said ? `${say(row.from, spec.unit)} &rarr; ` : '';
          return `${escape(row.name)}<br><b>${from}${say(row.to, spec.unit)}</b>${range}`;
        },
      });
      option.series = [
        { type: 'bar', stack: 'a', stackStrategy: 'all', silent: true, itemStyle: { color: 'transparent' }, data: rows.map((row) => row.from), barMaxWidth: 24 },
        {
          type: 'bar', stack: 'a', stackStrategy: 'all', barMaxWidth: 24,
          data: rows.map((row, i) => ({ value: row.to - row.from, itemStyle: { color: t.colours[spec.from ? i % t.colours.length : (row.to < row.from ? 4 : 0)], opacity: 0.88 } })),
          label: { show: !rows.some((row) => row.lo != null), position: 'right', color: t.text, formatter: (params) => say(rows[params.dataIndex].to, spec.unit) },
        },
      ];
      if (rows.some((row) => row.lo != null)) {
        option.series.push({ type: 'custom', renderItem: whisker(t, true), encode: { x: [1, 2], y: 0 }, silent: true, z: 5, data: rows.map((row, i) => [i, row.lo, row.hi]).filter((row) => row[1] != null) });
      }
      return option;
    },

    /** Vertical bars: `names`, `series` of {name, points: [pointer], lo?, hi?}. */
    bars(spec, t, width) {
      const option = base(t);
      option.grid.top = 28;
      if (spec.series.length > 1) legend(option, t, spec.series.map((series) => series.name), width);
      const unit = spec.unit;
      const lying = isLying(spec, width);
      const labels = lying ? wrapped(width * 0.34) : Object.assign(wrapped(roomOf(spec, width) - 6), { fontSize: 11 });
      const categories = categoryAxis(t, spec.names, spec.years ? { hideOverlap: true, formatter: yearName } : labels);
      const values = lying ? lyingAxis(t, unit, width * 0.66 - 36) : valueAxis(t, unit);
      if (lying) {
        Object.assign(option.grid, { top: option.grid.top - 20, right: 28, bottom: axisName(unit) ? 24 : 8 });
      }
      // The last of several lines of a name needs some room of its own.
      if (!lying && !spec.years) option.grid.bottom = 16;
      option.xAxis = lying ? values : categories;
      option.yAxis = lying ? Object.assign(categories, { inverse: true }) : values;
      option.tooltip = Object.assign(tip(t), {
        trigger: 'axis', axisPointer: { type: 'shadow' },
        formatter: (all) => {
          const index = all[0].dataIndex;
          const lines = spec.series.map((series) => {
            const range = series.lo ? ` (${escape(spec.range)}: ${say(at(series.lo[index]), unit)} .. ${say(at(series.hi[index]), unit)})` : '';
            return `${escape(series.name)}: <b>${say(at(series.points[index]), unit)}</b>${range}`;
          });
          return [escape(spec.names[index])].concat(lines).join('<br>');
        },
      });
      option.series = spec.series.map((series) => ({ name: series.name, type: 'bar', barMaxWidth: 34, data: series.points.map((pointer) => at(pointer)) }));
      const only = spec.series[0];
      if (spec.series.length === 1 && only.lo) {
        option.series.push({ type: 'custom', renderItem: whisker(t, lying), encode: lying ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] }, silent: true, z: 5, data: only.lo.map((lo, i) => [i, at(lo), at(only.hi[i])]) });
      }
      return option;
    },

    /** Lines over time: `series` of {name, at} (a list) or {name, points}; `step` in years. */
    lines(spec, t, width) {
      const option = base(t);
      // The tools of zooming stand beside the legend.
      legend(option, t, spec.names || spec.series.map((series) => series.name), printing ? width : width - 56);
      const unit = spec.unit;
      option.xAxis = { type: 'value', min: 0, max: spec.end, name: '', axisLabel: { color: t.soft, formatter: yearName, hideOverlap: true }, splitLine: { show: false }, axisLine: { lineStyle: { color: t.line } } };
      option.yAxis = valueAxis(t, unit);
      option.grid.right = 26;
      if (spec.most) option.yAxis.max = spec.most;
      option.tooltip = Object.assign(tip(t), {
        trigger: 'axis',
        formatter: (all) => [zh ? `第 ${all[0].axisValue} 年末` : `end of year ${all[0].axisValue}`].concat(all.map((each) => `${each.marker}${escape(each.seriesName)}: <b>${say(each.value[1], unit)}</b>`)).join('<br>'),
      });
      option.toolbox = { show: !printing, right: 4, top: 0, padding: 0, itemSize: 13, feature: { dataZoom: { yAxisIndex: 'none', title: { zoom: spec.zoom, back: spec.back } } }, iconStyle: { borderColor: t.soft } };
      option.series = spec.series.map((series) => {
        const values = series.points ? series.points.map((pointer) => at(pointer)) : at(series.at);
        return {
          name: series.name, type: 'line', showSymbol: false, lineStyle: { width: spec.stacked ? 0.5 : 2, type: series.dashed ? 'dashed' : 'solid' }, emphasis: { focus: 'series' },
          ...(spec.stacked && { stack: 'all', areaStyle: { opacity: 0.75 } }),
          data: values.map((value, i) => [(i + 1) * spec.step, value]),
        };
      });
      return option;
    },

    /** The spread of a series: bands of P5-P95 and P25-P75 about the median. */
    fan(spec, t, width) {
      const option = draw.lines({ ...spec, series: [], names: ['P5-P95', 'P25-P75', 'P50'] }, t, width);
      const get = (name) => at(`${spec.at}/${name}`);
      const [p5, p25, p50, p75, p95] = ['p5', 'p25', 'p50', 'p75', 'p95'].map(get);
      const band = (name, low, high, opacity) => ({
        name, type: 'custom', clip: true, itemStyle: { color: t.colours[0], opacity }, encode: { x: 0, y: [1, 2] },
        data: low.map((value, i) => [(i + 1) * spec.step, value, high[i]]),
        renderItem: (params, api) => {
          if (params.dataIndexInside !== 0) return null;
          const points = low.map((value, i) => api.coord([(i + 1) * spec.step, value]));
          const back = high.map((value, i) => api.coord([(i + 1) * spec.step, value])).reverse();
          return { type: 'polygon', shape: { points: points.concat(back) }, style: { fill: t.colours[0], opacity } };
        },
      });
      option.series = [
        band('P5-P95', p5, p95, 0.18), band('P25-P75', p25, p75, 0.32),
        { name: 'P50', type: 'line', showSymbol: false, lineStyle: { width: 2.4 }, itemStyle: { color: t.colours[0] }, data: p50.map((value, i) => [(i + 1) * spec.step, value]), markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: t.soft, type: 'dashed' }, data: [{ yAxis: 0 }] } },
      ];
      option.tooltip.formatter = (all) => {
        const i = all[0].dataIndex;
        const line = (name, value) => `${name}: <b>${say(value, spec.unit)}</b>`;
        return [zh ? `第 ${(i + 1) * spec.step} 年末` : `end of year ${(i + 1) * spec.step}`, line('P95', p95[i]), line('P75', p75[i]), line('P50', p50[i]), line('P25', p25[i]), line('P5', p5[i])].join('<br>');
      };
      return option;
    },

    /** Paths by value. */
    histogram(spec, t) {
      const { edges, counts, below, above } = at(spec.at);
      const option = base(t);
      option.grid.top = 28;
      const names = counts.map((_, i) => {
        const inside = `${tick(edges[i], spec.unit)}..${tick(edges[i + 1], spec.unit)}`;
        return inside;
      });
      option.xAxis = categoryAxis(t, names, { formatter: (_, i) => tick(edges[i], spec.unit), hideOverlap: true });
      option.xAxis.axisTick = { show: true, alignWithLabel: false, lineStyle: { color: t.line } };
      option.yAxis = valueAxis(t, 'count', spec.paths);
      option.yAxis.minInterval = 1;
      option.tooltip = Object.assign(tip(t), {
        trigger: 'axis', axisPointer: { type: 'shadow' },
        formatter: (all) => `${escape(spec.name)} ${names[all[0].dataIndex]}<br>${escape(spec.paths)}: <b>${counts[all[0].dataIndex]}</b>`,
      });
      option.series = [{ type: 'bar', data: counts, barCategoryGap: '6%', itemStyle: { color: t.colours[0] } }];
      const outside = [];
      if (below) outside.push(`< ${tick(edges[0], spec.unit)}: ${below}`);
      if (above) outside.push(`> ${tick(edges[edges.length - 1], spec.unit)}: ${above}`);
      if (outside.length) option.graphic = [{ type: 'text', right: 18, top: 4, style: { text: outside.join('   '), fill: t.soft, fontSize: 11 } }];
      return option;
    },

    /** Money from holder to holder: `nodes` of {id, name, depth}, `links` of {source, target, at}. */
    sankey(spec, t, width) {
      const option = base(t);
      delete option.grid;
      option.tooltip = Object.assign(tip(t), {
        trigger: 'item',
        formatter: (params) => {
          if (params.dataType === 'edge') return `${escape(params.data.from)} &rarr; ${escape(params.data.to)}<br><b>${say(params.value, 'yuan')}</b>`;
          return escape(params.data.label_text);
        },
      });
      const name = Object.fromEntries(spec.nodes.map((node) => [node.id, node.name]));
      const last = lastOf(spec);
      // Names of more columns than usual wrap before the next one begins, those beside the last column before its names.
      const gap = (width - 26) / last - 22;
      const ends = Math.max(...spec.nodes.map((node) => (node.depth === last ? widthOf(node.name) : 0)));
      const roomAt = (depth) => (depth === last - 1 ? Math.max(60, gap - ends - 10) : last > 4 ? gap : 170);
      option.series = [{
        type: 'sankey', left: 6, right: 6, top: 8, bottom: 8, nodeGap: 10, nodeWidth: 14, draggable: false, layoutIterations: 32,
        emphasis: { focus: 'adjacency' }, lineStyle: { color: printing ? 'source' : 'gradient', opacity: 0.35 },
        label: { color: t.text, fontSize: printing ? (last > 4 ? 10 : 11) : 12, overflow: 'break', formatter: (params) => name[params.name] },
        data: spec.nodes.map((node, i) => ({ name: node.id, depth: node.depth, label_text: node.name, itemStyle: { color: t.colours[i % t.colours.length], borderWidth: 0 }, label: { position: node.depth === last ? 'left' : 'right', width: Math.min(170, roomAt(node.depth)) } })),
        links: spec.links.map((link) => ({ source: link.source, target: link.target, value: at(link.at), from: name[link.source], to: name[link.target] })).filter((link) => link.value > 0),
      }];
      return option;
    },

    /** A table of colours: `columns`, `rows` of {name, points}. */
    heat(spec, t) {
      const option = base(t);
      option.grid.top = 30;
      const data = [];
      spec.rows.forEach((row, y) => row.points.forEach((pointer, x) => data.push([x, y, at(pointer)])));
      const values = data.map((each) => each[2]).filter((value) => value != null);
      option.xAxis = Object.assign(categoryAxis(t, spec.columns), { name: spec.across, nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: t.soft } });
      option.grid.bottom = 26;
      option.yAxis = Object.assign(categoryAxis(t, spec.rows.map((row) => row.name)), { name: spec.down, nameGap: 10, nameTextStyle: { color: t.soft, align: 'left' } });
      option.visualMap = { show: false, min: Math.min(...values), max: Math.max(...values), inRange: { color: ['#e8f1fb', '#7fb2e5', '#0b5cad'] } };
      const middle = (Math.min(...values) + Math.max(...values)) / 2;
      option.tooltip = Object.assign(tip(t), { formatter: (params) => `${escape(spec.down)} ${escape(spec.rows[params.value[1]].name)}, ${escape(spec.across)} ${escape(spec.columns[params.value[0]])}<br><b>${say(params.value[2], spec.unit)}</b>` });
      option.series = [{
        type: 'heatmap',
        data: data.map((each) => ({ value: each, label: { color: each[2] > middle ? '#fff' : '#10202f' } })),
        label: { show: true, formatter: (params) => say(params.value[2], spec.unit) },
      }];
      return option;
    },
  };

  const charts = [];
  const render = (each) => {
    const paper = printing && (each.wide ? 660 : 318);
    each.element.style.width = paper ? `${paper}px` : '';
    // Too many columns for a narrow screen are scrolled; paper has the width that it has.
    if (each.spec.kind === 'sankey') each.element.style.minWidth = paper ? '' : `${175 * lastOf(each.spec)}px`;
    const width = paper || each.element.clientWidth;
    const option = draw[each.spec.kind](each.spec, theme(), width);
    const { spec, element } = each;
    const lying = spec.kind === 'bars' && isLying(spec, width);
    const height = lying ? option.grid.top + 40 + spec.names.length * Math.max(34, 14 + 14 * spec.series.length) : each.height;
    const more = option.legend.show ? option.grid.top - 46 : 0;
    const plain = printing ? '190px' : 'var(--chart)';
    element.style.height = height ? `${printing ? Math.max(190, spec.kind === 'ladder' ? 40 + spec.rows.length * 30 : height * 0.7) : height}px` : more > 0 ? `calc(${plain} + ${more}px)` : plain;
    each.chart.resize();
    each.chart.setOption(option, true);
  };
  const drawOne = (element) => {
    const spec = JSON.parse(element.dataset.chart);
    const rows = spec.kind === 'ladder' ? spec.rows.length : 0;
    const height = spec.kind === 'sankey' ? 430 : rows > 7 ? 50 + rows * 36 : 0;
    const wide = getComputedStyle(element.closest('figure')).gridColumnEnd === '-1';
    const each = { element, spec, wide, height, chart: echarts.init(element, null, { renderer: 'svg' }) };
    charts.push(each);
    render(each);
    element.dataset.drawn = 'true';
  };
  /** Charts that are not drawn yet: those out of view, which wait until the browser has time. */
  let waiting = [];
  const drawAll = () => { waiting.splice(0).forEach(drawOne); root.dataset.drawn = 'true'; performance.mark('all'); };
  const later = window.requestIdleCallback || ((work) => setTimeout(work, 1));
  const drawNext = () => {
    // A few at a time: fewer layouts between them, and no wait that a reader would feel.
    const until = performance.now() + 50;
    while (waiting.length > 1 && performance.now() < until) drawOne(waiting.shift());
    if (waiting.length > 1) later(drawNext); else drawAll();
  };
  const start = () => {
    const all = [...document.querySelectorAll('.chart')];
    const boxes = all.map((element) => element.getBoundingClientRect());
    const inView = (i) => boxes[i].top < window.innerHeight && boxes[i].bottom > 0;
    waiting = all.filter((_, i) => !inView(i));
    all.filter((_, i) => inView(i)).forEach(drawOne);
    later(drawNext);
    let width = window.innerWidth;
    new ResizeObserver(() => {
      if (window.innerWidth !== width && !printing) charts.forEach(render);
      width = window.innerWidth;
    }).observe(document.getElementById('main'));
  };

  const setTheme = (name) => { root.dataset.theme = name; charts.forEach(render); };
  root.dataset.theme = window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  start();
  document.getElementById('theme').addEventListener('click', () => setTheme(root.dataset.theme === 'dark' ? 'light' : 'dark'));
  document.getElementById('print').addEventListener('click', () => window.print());
  let before = root.dataset.theme;
  window.addEventListener('beforeprint', () => { before = root.dataset.theme; printing = true; drawAll(); setTheme('light'); });
  window.addEventListener('afterprint', () => { printing = false; setTheme(before); });

  const text = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => {
    const number = cell.querySelector('data');
    return number && cell.querySelectorAll('data').length === 1 ? number.value : cell.textContent.trim();
  }).join('\t')).join('\n');
  const copy = async (button) => {
    const content = text(document.getElementById(button.dataset.copy));
    try { await navigator.clipboard.writeText(content); } catch {
      const area = document.createElement('textarea');
      area.value = content;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    const was = button.textContent;
    button.textContent = zh ? '已复制' : 'copied';
    setTimeout(() => { button.textContent = was; }, 1500);
  };
  document.querySelectorAll('.copy').forEach((button) => button.addEventListener('click', () => copy(button)));

  const key = (cell) => {
    const number = cell.querySelector('data');
    return number ? Number(number.value) : cell.textContent.trim();
  };
  document.querySelectorAll('table').forEach((table) => {
    if (table.tBodies[0].rows.length < 4) return;
    [...table.tHead.rows[0].cells].forEach((head, index) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') !== 'ascending';
        [...table.tHead.rows[0].cells].forEach((other) => other.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        const rows = [...table.tBodies[0].rows];
        const order = (a, b) => {
          const [x, y] = [key(a.cells[index]), key(b.cells[index])];
          if (typeof x === 'number' && typeof y === 'number') return x - y;
          return String(x).localeCompare(String(y), zh ? 'zh' : 'en');
        };
        rows.sort((a, b) => (up ? order(a, b) : order(b, a)));
        table.tBodies[0].append(...rows);
      });
    });
  });
  root.dataset.ready = 'true';
  performance.mark('in-view');
})();
