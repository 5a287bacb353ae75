// A Worker that answers every request with the report.
import * as countersign from 'countersign';
import * as hellojohn from 'countersign/hellojohn';
import * as justauthenticateme from 'countersign/justauthenticateme';
import * as nicelogin from 'countersign/nicelogin';
import * as oidc from 'countersign/oidc';
import * as workers from 'countersign/workers';
import fixtures from '../fixtures.mjs';
import { runCases } from '../suite/harness.mjs';
import { cases } from '../suite/index.mjs';

export default {
  async fetch() {
    return Response.json(await runCases(cases, { countersign, hellojohn, justauthenticateme, nicelogin, oidc, workers }, fixtures));
  },
};
