// Installs the packed package where the suites expect it.
import { install } from '../lib/suites.mjs';
import { main } from '../lib/tree.mjs';

await main(install);
