import * as countersign from 'countersign';
import * as hellojohn from 'countersign/hellojohn';
import * as workers from 'countersign/workers';
import { report } from './report.mjs';

await report({ countersign, hellojohn, workers });
