// The same by `require`, with the conditions that `require` sets.
const packages = require('./packages.cjs');

import('./examine.mjs').then(async ({ examine, look }) => {
  console.log(JSON.stringify(await examine(packages, look(packages))));
});
