// The table of the demo: step, expectation, outcome.
const colourful = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const paint = (code, text) => (colourful ? `\x1b[${code}m${text}\x1b[0m` : text);

/** Prints rows as they come; widths are those of the widest name and expectation. */
export class Table {
  #widths;
  #differing = 0;
  #rows = 0;

  constructor(steps) {
    const width = (values) => Math.max(...values.map((value) => value.length));
    this.#widths = [width(steps.map(({ name }) => name)), width(steps.map(({ expected }) => expected))];
    this.#print('step', 'expected', 'outcome', 'ok', (text) => paint(1, text));
  }

  group(title) {
    console.log(paint(1, `\n${title}`));
  }

  row({ name, expected }, outcome) {
    const ok = outcome === expected;
    this.#rows += 1;
    if (!ok) this.#differing += 1;
    this.#print(name, expected, outcome, ok ? 'yes' : 'NO', (text) => paint(ok ? 32 : 31, text));
  }

  #print(name, expected, outcome, ok, colour) {
    const [first, second] = this.#widths;
    console.log(`  ${name.padEnd(first)}  ${expected.padEnd(second)}  ${`${outcome}`.padEnd(second)}  ${colour(ok)}`);
  }

  /** The last line; how many rows differ. */
  end() {
    const text = this.#differing === 0 ? 'all as expected' : `${this.#differing} differ`;
    console.log(`\n${paint(this.#differing === 0 ? 32 : 31, `${this.#rows} steps, ${text}`)}`);
    return this.#differing;
  }
}
