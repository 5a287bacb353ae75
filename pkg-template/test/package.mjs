// Where the tests find the package: the folder that packaging wrote, or COUNTERSIGN_PACKAGE.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const built = fileURLToPath(new URL('../../dist/package', import.meta.url));
export const folder = resolve(process.env.COUNTERSIGN_PACKAGE ?? built);

const entry = (name) => import(pathToFileURL(`${folder}/dist/${name}.js`).href);

export const countersign = await entry('index');
export const provider = await entry('hellojohn');
export const propelauth = await entry('propelauth');
export const workers = await entry('workers');
export const declarations = (name) => readFileSync(`${folder}/dist/${name}.d.ts`, 'utf8');

/** What a call throws; fails the test when it throws nothing. */
export function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** What a promise rejects with. */
export const rejection = (promise) =>
  promise.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error) => error,
  );
