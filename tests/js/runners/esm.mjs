import * as countersign from 'countersign';
import * as hellojohn from 'countersign/hellojohn';
import * as propelauth from 'countersign/propelauth';
import * as workers from 'countersign/workers';
import { report } from './report.mjs';

await report({ countersign, hellojohn, propelauth, workers });
