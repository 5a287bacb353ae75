/** All common cases, in order. */
import { cases as algorithms } from './algorithms.mjs';
import { cases as claims } from './claims.mjs';
import { cases as inputs } from './inputs.mjs';
import { cases as options } from './options.mjs';
import { cases as secrets } from './secrets.mjs';

export const cases = [...algorithms, ...inputs, ...claims, ...options, ...secrets];
