const countersign = require('countersign');
const hellojohn = require('countersign/hellojohn');
const justauthenticateme = require('countersign/justauthenticateme');
const nicelogin = require('countersign/nicelogin');
const oidc = require('countersign/oidc');
const workers = require('countersign/workers');

import('./report.mjs').then(({ report }) => report({ countersign, hellojohn, justauthenticateme, nicelogin, oidc, workers }));
