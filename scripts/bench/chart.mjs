// The chart: one group of bars per row, each bar the speed as a multiple of the group's reference
// (jose for tokens, standardwebhooks for webhooks). Plain SVG without scripts or fetched fonts.
import { judgedRatio } from './floors.mjs';

const references = { tokens: 'jose', webhooks: 'standardwebhooks' };
const columns = [
  ['HS256', 'HS256 with Node', 'RS256', 'RS256 with Node', 'ES256', 'webhook 1 KB', 'webhook 1 KB with Node'],
  ['PS256', 'PS256 with Node', 'ES384', 'ES512', 'EdDSA', 'webhook 64 KB', 'webhook 64 KB with Node'],
];
const titles = {
  'HS256 with Node': 'HS256, with Node’s SHA-256 lent',
  'RS256 with Node': 'RS256, with Node’s RSA lent',
  'PS256 with Node': 'PS256, with Node’s RSA lent',
  'webhook 1 KB': 'Webhook, body of 1 KB',
  'webhook 1 KB with Node': 'Webhook, body of 1 KB, with Node’s SHA-256 lent',
  'webhook 64 KB': 'Webhook, body of 64 KB',
  'webhook 64 KB with Node': 'Webhook, body of 64 KB, with Node’s SHA-256 lent',
  EdDSA: 'EdDSA (Ed25519)',
};

const colours = { ours: '#1d5fd1', reference: '#596474', peer: '#b4bdc9', primitive: '#ffffff', text: '#1f2328', faint: '#59636e' };
const page = { width: 1040, margin: 24, top: 92 };
const column = { width: 484, gap: 24, label: 152, value: 128 };
const bar = { height: 15, pitch: 19, heading: 24, groupGap: 18 };

/** @returns the chart of the measured rows as the text of an SVG file */
export function chart(report) {
  const { rows } = report;
  const drawn = columns.map((ids, index) => {
    const x = page.margin + index * (column.width + column.gap);
    return drawColumn(ids.map((id) => rows.find((row) => row.id === id)).filter(Boolean), x);
  });
  const bottom = page.top + Math.max(...drawn.map(({ height }) => height));
  const height = bottom + 84;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title about" width="${page.width}" height="${height}" viewBox="0 0 ${page.width} ${height}" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12" fill="${colours.text}">`,
    '<title id="title">Countersign beside other libraries</title>',
    '<desc id="about">Bars of verifications per second, as multiples of jose for tokens and of standardwebhooks for webhooks; the figures stand beside the bars.</desc>',
    `<rect width="${page.width}" height="${height}" fill="#ffffff"/>`,
    text(page.margin, 34, 'Countersign beside other libraries', 'font-size="20" font-weight="600"'),
    text(page.margin, 56, 'Verifications per second on one thread; a longer bar is faster. The multiple is of jose for tokens, of standardwebhooks for webhooks (1×).'),
    text(page.margin, 74, 'Tokens: 256 distinct, nothing cached, claims as an object. By processor time, or by the clock where an awaited library does better by it.', faint),
    ...drawn.flatMap(({ lines }) => lines),
    ...legend(bottom + 16),
    ...footer(bottom + 42, report),
    '</svg>',
    '',
  ].join('\n');
}

const faint = `fill="${colours.faint}"`;

/** Keeps a line behind a text from crossing it out. */
const halo = 'paint-order="stroke" stroke="#ffffff" stroke-width="4"';

function drawColumn(rows, x) {
  const lines = [];
  let y = page.top;
  for (const row of rows) {
    lines.push(...drawGroup(row, x, y));
    y += bar.heading + row.contestants.length * bar.pitch + bar.groupGap;
  }
  return { lines, height: y - page.top };
}

function drawGroup({ id, contestants }, x, y) {
  const name = id.startsWith('webhook') ? references.webhooks : references.tokens;
  const speeds = relativeSpeeds(contestants, name);
  const room = column.width - column.label - column.value;
  const scale = room / Math.max(...speeds);
  const top = y + bar.heading;
  const one = x + column.label + scale;
  const bars = contestants.flatMap((contestant, index) => {
    const shape = { x: x + column.label, y: top + index * bar.pitch, width: Math.max(1.5, speeds[index] * scale) };
    const rate = ((1e6 / contestants[0].time.median) * speeds[index]) / speeds[0];
    return drawBar(contestant, speeds[index], rate, shape, contestant.name === name);
  });
  const mark = `<line x1="${round(one)}" y1="${top - 3}" x2="${round(one)}" y2="${top + contestants.length * bar.pitch - 1}" stroke="${colours.reference}" stroke-dasharray="2 3"/>`;
  return [text(x, y + 13, titles[id] ?? id, 'font-size="14" font-weight="600"'), mark, ...bars];
}

/**
 * As the floors judge, where we are the other side of the ratios: by the clock alone, a machine whose
 * threads wake up late would draw libraries that are awaited slower than they are.
 */
function relativeSpeeds(contestants, name) {
  const [ours] = contestants;
  const slowness = (contestant) => (contestant.beside === ours.name ? judgedRatio(contestant) : contestant.time.median / ours.time.median);
  const reference = slowness(contestants.find((contestant) => contestant.name === name));
  return contestants.map((contestant) => reference / slowness(contestant));
}

function drawBar({ name, kind }, speed, rate, { x, y, width }, isReference) {
  const fill = isReference ? colours.reference : colours[kind];
  const stroke = kind === 'primitive' ? ` stroke="${colours.reference}"` : '';
  const weight = kind === 'ours' ? 'font-weight="600"' : '';
  const baseline = y + 12;
  const value = `${multiple(speed)}×  ·  ${count(rate)}/s`;
  return [
    text(x - 8, baseline, name, `text-anchor="end" ${weight}`),
    `<rect x="${x}" y="${y}" width="${round(width)}" height="${bar.height}" rx="2" fill="${fill}"${stroke}/>`,
    text(round(x + width + 7), baseline, value, `${weight} ${halo}`),
  ];
}

function legend(y) {
  const entries = [
    [colours.ours, 'Countersign'],
    [colours.reference, 'the reference, 1×'],
    [colours.peer, 'other libraries'],
    [colours.primitive, "Node's own signature check or HMAC alone, or with the body parsed: no claim or header looked at"],
  ];
  let x = page.margin;
  return entries.flatMap(([fill, label]) => {
    const place = x;
    x += 34 + label.length * 6.4;
    return [`<rect x="${round(place)}" y="${y - 11}" width="13" height="13" rx="2" fill="${fill}" stroke="${colours.reference}" stroke-width="0.7"/>`, text(round(place + 19), y, label)];
  });
}

function footer(y, { environment, versions, date, settings, load, busy }) {
  const { node, openssl, processor, processors, platform, arch } = environment;
  const libraries = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    text(page.margin, y, `${date.slice(0, 10)} · Node ${node}, OpenSSL ${openssl} · ${processor}, ${processors} processors, ${platform} ${arch} · median of ${settings.rounds} interleaved rounds${busy ? `, on a busy machine (load ${load.before})` : ''}`, faint),
    text(page.margin, y + 18, libraries.join(' · '), faint),
  ];
}

const text = (x, y, content, attributes = '') => `<text x="${x}" y="${y}" ${attributes}>${escape(content)}</text>`;

const escape = (content) => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const round = (value) => Number(value.toFixed(1));

const multiple = (value) => (value >= 0.995 ? value.toFixed(1) : value.toPrecision(2));

const count = (value) => Math.round(value).toLocaleString('en');
