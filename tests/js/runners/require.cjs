const countersign = require('countersign');
const hellojohn = require('countersign/hellojohn');
const workers = require('countersign/workers');

import('./report.mjs').then(({ report }) => report({ countersign, hellojohn, workers }));
