const countersign = require('countersign');
const hellojohn = require('countersign/hellojohn');
const propelauth = require('countersign/propelauth');
const workers = require('countersign/workers');

import('./report.mjs').then(({ report }) => report({ countersign, hellojohn, propelauth, workers }));
