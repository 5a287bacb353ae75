// The table on the terminal.

/** The lines of one row: everybody's time, and how many times as fast we are, with its spread. */
export function rowLines({ title, note, unit, contestants }) {
  const head = line('', [`${unit} median`, 'p10', 'per second', 'ours is', 'p10 to p90', 'by CPU'], '');
  const body = contestants.map((contestant) => {
    const { name, awaited, beside, time, ratio, cpuRatio, floor } = contestant;
    const times = [amount(time.median), amount(time.p10), unit === 'µs' ? perSecond(contestant) : ''];
    const beyond = name === beside ? [] : [multiple(ratio.median), `${amount(ratio.p10)} to ${amount(ratio.p90)}`, multiple(cpuRatio.median)];
    return line(awaited ? `${name} (awaited)` : name, [...times, ...beyond], floorText(floor));
  });
  return ['', title, head, ...body, ...(note ? [`  (${note})`] : [])].map((text) => text.trimEnd());
}

/** The lines of sizes and other figures. */
export function figureLines(figures) {
  const body = figures.map(({ id, value, unit, slowest, ceiling }) => {
    const text = unit === 'bytes' ? value.toLocaleString('en') : value.toFixed(3);
    const extra = slowest === undefined ? '' : `slowest of 50: ${slowest.toFixed(2)} ms`;
    return `  ${id.padEnd(38)}${text.padStart(12)} ${unit.padEnd(6)} ${ceiling ? ceilingText(ceiling) : extra}`.trimEnd();
  });
  return ['', 'Sizes, and what junk costs', ...body];
}

export function verdictLines(judged) {
  const below = judged.filter(({ met }) => !met);
  const names = below.map(({ row, against, figure }) => figure ?? `${row} / ${against}`);
  const list = names.length > 0 ? `: ${names.join(', ')}` : '';
  return ['', `floors: ${judged.length - below.length} met, ${below.length} below${list}`];
}

const widths = [11, 10, 12, 11, 18, 10];

const line = (label, cells, verdict) =>
  `  ${label.padEnd(26)}${widths.map((width, index) => (cells[index] ?? '').padStart(width)).join('')}   ${verdict}`;

const amount = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

const multiple = (value) => `${amount(value)}x`;

const perSecond = ({ time }) => Math.round(1e6 / time.median).toLocaleString('en');

const floorText = (floor) => (floor ? `${floor.met ? 'floor met' : 'below'} (${floor.atLeast}x)` : '');

const ceilingText = ({ atMost, met }) => `${met ? 'ceiling met' : 'above'} (${atMost.toLocaleString('en')})`;
