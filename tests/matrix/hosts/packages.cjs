// The same by `require`. The package must be loaded after instances are counted.
require('./instances.mjs');

exports.countersign = require('countersign');
exports.hellojohn = require('countersign/hellojohn');
exports.workers = require('countersign/workers');
