/** The common cases as one function: what every ECMAScript host of the matrix loads or bundles. */
import './instances.mjs';
import * as packages from './packages.mjs';
import { examine, look } from './examine.mjs';

// At the top level of a module, right after the import: nothing has been awaited.
const first = look(packages);

export const run = () => examine(packages, first);
