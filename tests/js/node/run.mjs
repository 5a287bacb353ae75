// The cases that need Node's own means.
import * as countersign from 'countersign';
import * as hellojohn from 'countersign/hellojohn';
import * as workers from 'countersign/workers';
import fixtures from '../fixtures.mjs';
import { runCases } from '../suite/harness.mjs';
import { cases as besideJose } from './beside-jose.mjs';
import { cases as borrowed } from './borrowed.mjs';
import { cases as copies } from './copies.mjs';
import { cases as declarations } from './declarations.mjs';
import { cases as hosts } from './hosts.mjs';
import { cases as keysBesideJose } from './keys-beside-jose.mjs';
import { cases as memory } from './memory.mjs';
import { cases as realms } from './realms.mjs';
import { cases as traps } from './traps.mjs';

const cases = [...realms, ...copies, ...memory, ...declarations, ...hosts, ...borrowed, ...traps, ...besideJose, ...keysBesideJose];
const result = await runCases(cases, { countersign, hellojohn, workers }, fixtures);
process.stdout.write(`${JSON.stringify(result)}\n`);
