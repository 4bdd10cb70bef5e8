// Opens reports in a real browser and holds that they work:
//   node check.mjs [--shots FOLDER] REPORT.html...
// No console message, no request, every chart drawn with marks, no text cut or outside the window, toggles and copying work, wide and
// narrow, light and dark. Needs playwright-core and a Chromium: BROWSER, or one of the usual names.
import { existsSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const LARGEST = 2.5 * 1024 * 1024;

/** A browser on this machine. */
const browserPath = () => {
  if (process.env.BROWSER && existsSync(process.env.BROWSER)) return process.env.BROWSER;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    try { return execFileSync('which', [name], { encoding: 'utf8' }).trim(); } catch { /* the next */ }
  }
  return null;
};

const skip = (why) => {
  if (process.env.CI) { console.error(`browser: ${why}; in CI this is a failure`); process.exit(1); }
  console.log(`browser: skipped, ${why}`);
  process.exit(0);
};

const path = browserPath();
if (!path) skip('no Chromium here');
let chromium;
try { ({ chromium } = await import('playwright-core')); } catch { skip('playwright-core is not installed'); }

const args = process.argv.slice(2);
const shots = args[0] === '--shots' ? args.splice(0, 2)[1] : null;
let passed = 0;
const failures = [];
const check = (holds, what) => { if (holds) passed += 1; else { failures.push(what); console.error(`FAILED ${what}`); } };

/** Text that is cut by the window or by its own element, and charts whose labels overlap. */
const layout = () => {
  const found = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width + 1) found.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${width}`);
  for (const element of document.querySelectorAll('h1,h2,h3,p,li,figure,button')) {
    if (element.closest('nav, .scroll')) continue;
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.right > width + 1 || box.left < -1)) found.push(`${element.tagName} "${element.textContent.slice(0, 30)}" leaves the window`);
  }
  for (const chart of document.querySelectorAll('.chart')) {
    const outer = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll('svg text')].filter((text) => text.textContent.trim());
    const boxes = texts.map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
    for (const { text, box } of boxes) {
      if (box.right > outer.right + 2 || box.left < outer.left - 2 || box.bottom > outer.bottom + 2 || box.top < outer.top - 2) found.push(`${chart.closest('figure').id}: "${text}" is cut`);
    }
    for (let i = 0; i < boxes.length; i += 1) {
      for (let j = i + 1; j < boxes.length; j += 1) {
        const [a, b] = [boxes[i].box, boxes[j].box];
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 3 && down > 4) found.push(`${chart.closest('figure').id}: "${boxes[i].text}" overlaps "${boxes[j].text}"`);
      }
    }
  }
  return found;
};

/** Bars that do not end where their number is. */
const misplaced = () => {
  const result = JSON.parse(document.getElementById('result').textContent);
  const at = (pointer) => pointer.split('/').slice(1).reduce((value, key) => value?.[key.replace(/~1/g, '/').replace(/~0/g, '~')], result);
  const found = [];
  for (const chart of document.querySelectorAll('.chart')) {
    const spec = JSON.parse(chart.dataset.chart);
    if (spec.kind !== 'ladder') continue;
    const instance = window.echarts.getInstanceByDom(chart);
    const bars = instance.getModel().getSeriesByIndex(1).getData();
    spec.rows.forEach((row, i) => {
      const { x, width } = bars.getItemLayout(i);
      const place = (value) => instance.convertToPixel({ xAxisIndex: 0 }, value);
      const off = Math.max(Math.abs(x - place(row.from ? at(row.from) : 0)), Math.abs(x + width - place(at(row.to))));
      if (!(off < 1.5)) found.push(`${chart.closest('figure').id}: ${row.name} is off by ${off} px`);
    });
  }
  return found;
};

const browser = await chromium.launch({ executablePath: path, headless: true, args: ['--no-sandbox'] });
for (const file of args) {
  const name = basename(file, '.html');
  check(statSync(file).size <= LARGEST, `${name}: at most 2.5 MB`);
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    for (const scheme of ['light', 'dark']) {
      const where = `${name} at ${width} px, ${scheme}`;
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
      const page = await context.newPage();
      const messages = [];
      const requests = [];
      page.on('console', (message) => messages.push(message.text()));
      page.on('pageerror', (error) => messages.push(String(error)));
      const url = pathToFileURL(resolve(file)).href;
      page.on('request', (request) => { if (request.url() !== url && !request.url().startsWith('data:')) requests.push(request.url()); });
      await page.goto(url, { waitUntil: 'load' });
      await page.waitForSelector('html[data-ready=true]', { timeout: 20000 });
      // What is in view is drawn by then; the rest follows when the browser has time.
      await page.waitForSelector('html[data-drawn=true]', { timeout: 20000 });
      const seen = await page.evaluate(() => ({
        theme: document.documentElement.dataset.theme,
        drawn: ['in-view', 'all'].map((mark) => Math.round(performance.getEntriesByName(mark)[0].startTime)),
        empty: [...document.querySelectorAll('.chart')].filter((chart) => chart.querySelectorAll('svg path, svg rect, svg polygon').length < 3).map((chart) => chart.closest('figure').id),
        charts: document.querySelectorAll('.chart').length,
        undescribed: [...document.querySelectorAll('figure')].filter((figure) => !figure.querySelector('figcaption p').textContent.trim() || figure.querySelectorAll('tbody tr').length < 1).map((figure) => figure.id),
        ids: [...document.querySelectorAll('[id]')].map((element) => element.id),
        bad: document.body.innerText.match(/NaN|undefined|\{\w+\}|Infinity/)?.[0],
      }));
      check(seen.theme === scheme, `${where}: the theme is that of the system`);
      check(seen.charts >= 3, `${where}: it has charts`);
      check(seen.empty.length === 0, `${where}: every chart is drawn (${seen.empty})`);
      check(seen.undescribed.length === 0, `${where}: every chart has words and data (${seen.undescribed})`);
      check(new Set(seen.ids).size === seen.ids.length, `${where}: every id is one element's`);
      check(!seen.bad, `${where}: no number is missing its value (${seen.bad})`);
      const off = await page.evaluate(misplaced);
      check(off.length === 0, `${where}: bars end at their numbers (${off.slice(0, 5)})`);
      const found = await page.evaluate(layout);
      check(found.length === 0, `${where}: nothing is cut or overlaps\n  ${found.slice(0, 12).join('\n  ')}`);
      console.log(`${where}: ${seen.charts} charts, those in view drawn after ${seen.drawn[0]} ms, all after ${seen.drawn[1]} ms`);
      if (shots) await page.screenshot({ path: `${shots}/${name}-${width}-${scheme}.png`, fullPage: true });
      // A table opens, sorts and copies; the theme turns; a legend hides its line.
      const first = page.locator('figure details').first();
      await first.locator('summary').click();
      check(await first.locator('table').isVisible(), `${where}: the data of a chart opens`);
      const sorted = await page.evaluate(() => {
        const table = [...document.querySelectorAll('table')].find((each) => each.tBodies[0].rows.length >= 4 && each.querySelectorAll('tbody data').length >= 4);
        if (!table) return true;
        const column = [...table.tBodies[0].rows[0].cells].findIndex((cell) => cell.querySelector('data'));
        const button = table.tHead.rows[0].cells[column].querySelector('button');
        const values = () => [...table.tBodies[0].rows].map((row) => row.cells[column].querySelector('data')).filter(Boolean).map((data) => Number(data.value));
        button.click();
        const up = values();
        button.click();
        const down = values();
        return up.every((value, i) => i === 0 || up[i - 1] <= value) && down.every((value, i) => i === 0 || down[i - 1] >= value);
      });
      check(sorted, `${where}: a table sorts by its numbers`);
      await page.locator('#theme').click();
      const turned = await page.evaluate(() => document.documentElement.dataset.theme);
      check(turned !== scheme, `${where}: the theme turns`);
      const hides = await page.evaluate(() => {
        const chart = [...document.querySelectorAll('.chart')].find((each) => JSON.parse(each.dataset.chart).kind === 'lines');
        if (!chart) return true;
        const instance = window.echarts.getInstanceByDom(chart);
        const hidden = instance.getOption().series[0].name;
        const lines = () => chart.querySelectorAll('svg path').length;
        const before = lines();
        instance.dispatchAction({ type: 'legendToggleSelect', name: hidden });
        instance.getZr().flush();
        return lines() < before;
      });
      check(hides, `${where}: a name of the legend hides its line`);
      check(messages.length === 0, `${where}: nothing on the console (${messages.slice(0, 3)})`);
      check(requests.length === 0, `${where}: no request leaves it (${requests.slice(0, 3)})`);
      if (width === 1440 && scheme === 'dark') {
        // As wide as the printed part of A4.
        await page.setViewportSize({ width: 688, height: 1000 });
        await page.emulateMedia({ media: 'print' });
        await page.evaluate(() => { document.querySelectorAll('details').forEach((each) => { each.open = false; }); window.dispatchEvent(new Event('beforeprint')); });
        const printed = await page.evaluate(layout);
        check(printed.length === 0, `${where}, printed: nothing is cut or overlaps\n  ${printed.slice(0, 12).join('\n  ')}`);
        // A run's answer is one page of A4, to hand out.
        const first = await page.evaluate(() => document.querySelector('section.first:has(#steps)')?.getBoundingClientRect().bottom + window.scrollY);
        check(!(first > 1010), `${where}, printed: the answer fits on the first page of A4 (${Math.round(first)} px of 1010)`);
        if (shots) await page.pdf({ path: `${shots}/${name}.pdf`, format: 'A4', printBackground: true });
      }
      await context.close();
    }
  }
}
await browser.close();
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
