// Node 20.19 and later give `require` the ECMAScript module (`module-sync`); older hosts and some
// bundlers get this copy.
const { dirname, join } = require('node:path');

const folder = join(dirname(require.resolve('countersign/package.json')), 'dist');
const countersign = require(join(folder, 'index.cjs'));
const hellojohn = require(join(folder, 'hellojohn.cjs'));
const justauthenticateme = require(join(folder, 'justauthenticateme.cjs'));
const nicelogin = require(join(folder, 'nicelogin.cjs'));
const oidc = require(join(folder, 'oidc.cjs'));
const workers = require(join(folder, 'workers.cjs'));

import('./report.mjs').then(({ report }) => report({ countersign, hellojohn, justauthenticateme, nicelogin, oidc, workers }));
