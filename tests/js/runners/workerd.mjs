// A Worker that answers `/report` with the report, and anything else at once.
import * as countersign from 'countersign';
import * as hellojohn from 'countersign/hellojohn';
import * as justauthenticateme from 'countersign/justauthenticateme';
import * as nicelogin from 'countersign/nicelogin';
import * as oidc from 'countersign/oidc';
import * as propelauth from 'countersign/propelauth';
import * as workers from 'countersign/workers';
import fixtures from '../fixtures.mjs';
import { runCases } from '../suite/harness.mjs';
import { cases } from '../suite/index.mjs';

export default {
  async fetch({ url }) {
    if (new URL(url).pathname !== '/report') return new Response('ready');
    return Response.json(await runCases(cases, { countersign, hellojohn, justauthenticateme, nicelogin, oidc, propelauth, workers }, fixtures));
  },
};
