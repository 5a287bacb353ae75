// Bundles one file by webpack, which has no program of its own to call: `node webpack.mjs <tools> <settings as JSON>`.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [tools, settings] = process.argv.slice(2);
const webpack = createRequire(join(tools, 'package.json'))('webpack');

webpack({ mode: 'production', performance: false, ...JSON.parse(settings) }, (error, stats) => {
  if (error) throw error;
  console.log(stats.toString({ all: false, errors: true, warnings: true }));
  // A warning may be about something that only fails later.
  if (stats.hasErrors() || stats.hasWarnings()) process.exitCode = 1;
});
