// The cases that need Node's own means.
import * as countersign from 'countersign';
import * as hellojohn from 'countersign/hellojohn';
import * as workers from 'countersign/workers';
import fixtures from '../fixtures.mjs';
import { runCases } from '../suite/harness.mjs';

const result = await runCases([], { countersign, hellojohn, workers }, fixtures);
process.stdout.write(`${JSON.stringify(result)}\n`);
