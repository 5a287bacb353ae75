// Where Chromium is; Debian's is installed when there is none and this user may install packages.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Absent } from './absent.mjs';
import { execute } from './programs.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const elsewhere = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

let found;

/** The path of the browser; looked for, and if need be installed, once. `CHROMIUM` names another one. */
export const chromium = () => (found ??= find());

async function find() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const here = installed();
  if (here !== undefined) return here;
  await installFromDebian();
  return installed() ?? absent('the package chromium brought no program of this name');
}

function installed() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...elsewhere];
  return candidates.find((path) => existsSync(path));
}

async function installFromDebian() {
  if (!existsSync('/usr/bin/apt-get')) absent('no Chromium, and no apt-get to install it: set CHROMIUM to its path');
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
  const aptGet = (...parameters) => {
    const [program, ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '--quiet', ...parameters];
    return execute(program, rest, { timeout: 600_000 });
  };
  console.log('-- Install Chromium (apt-get install chromium)');
  try {
    await aptGet('install', '--yes', '--no-install-recommends', 'chromium').catch(async () => {
      await aptGet('update');
      await aptGet('install', '--yes', '--no-install-recommends', 'chromium');
    });
  } catch (error) {
    absent(`no Chromium, and it cannot be installed (${error.message.split('\n')[0]}): set CHROMIUM to its path`);
  }
}

function absent(reason) {
  throw new Absent(reason);
}
