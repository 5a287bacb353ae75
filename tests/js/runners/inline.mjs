import * as hellojohn from 'countersign/hellojohn';
import * as countersign from 'countersign/inline';
import * as justauthenticateme from 'countersign/justauthenticateme';
import * as nicelogin from 'countersign/nicelogin';
import * as oidc from 'countersign/oidc';
import * as workers from 'countersign/workers';
import { report } from './report.mjs';

await report({ countersign, hellojohn, justauthenticateme, nicelogin, oidc, workers });
