/** What is printed: text for people, with colours on a terminal alone, or one JSON object. */

const COLOURS = { green: 32, red: 31, yellow: 33, dim: 2 } as const;

type Colour = keyof typeof COLOURS;

/** One line of a list of checks. */
export interface Line {
  outcome: 'passed' | 'failed' | 'warning' | 'notReached';
  check: string;
  code?: string | undefined;
  detail?: string | undefined;
}

const MARKS: Readonly<Record<Line['outcome'], [string, Colour]>> = {
  passed: ['✓', 'green'],
  failed: ['✗', 'red'],
  warning: ['!', 'yellow'],
  notReached: ['·', 'dim'],
};

export class Output {
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** Prints `data` for programs, or what `people` makes of it. */
  result(data: object, people: (paint: Paint) => string[]): void {
    const text = this.#json ? json(data) : people(painterOf(process.stdout)).join('\n');
    process.stdout.write(`${text}\n`);
  }

  /** Prints an error: JSON to standard output, where programs read, text to standard error. */
  error(error: { code?: string; message: string }): void {
    if (this.#json) return void process.stdout.write(`${json({ error })}\n`);
    const paint = painterOf(process.stderr);
    process.stderr.write(`${paint('red', '✗')} ${visible([error.code, error.message].filter(Boolean).join(': '))}\n`);
  }
}

export type Paint = (colour: Colour, text: string) => string;

function painterOf(stream: NodeJS.WriteStream): Paint {
  const coloured = stream.isTTY === true && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';
  return (colour, text) => (coloured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text);
}

/** Checks, one a line; what they say of a token or a server is shown, not obeyed. */
export function list(lines: readonly Line[], paint: Paint): string[] {
  const width = Math.max(...lines.map(({ check }) => check.length));
  return lines.map(({ outcome, check, code, detail }) => {
    const [mark, colour] = MARKS[outcome];
    const said = visible([code, detail].filter((part) => part !== undefined && part !== '').join('  '));
    return `${paint(colour, mark)} ${check.padEnd(width)}  ${outcome === 'notReached' ? paint('dim', 'not reached') : said}`.trimEnd();
  });
}

/** Names and values, one pair a line; control characters in values are shown, not obeyed. */
export function pairs(values: Readonly<Record<string, unknown>>): string[] {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...present.map(([name]) => name.length));
  return present.map(([name, value]) => `  ${visible(name).padEnd(width)}  ${visible(typeof value === 'string' ? value : JSON.stringify(value))}`);
}

/** What moves the cursor, colours the text or turns its direction, and is not ASCII. */
const BEYOND_ASCII = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A token's claims are written by strangers: what would move the cursor or colour the text is escaped. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f]/g, escaped).replace(BEYOND_ASCII, escaped);
}

/** The same value for programs, as harmless on a terminal: JSON leaves most of these letters as they are. */
export function json(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(BEYOND_ASCII, escaped);
}

const escaped = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
