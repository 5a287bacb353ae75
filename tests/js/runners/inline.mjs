import * as hellojohn from 'countersign/hellojohn';
import * as countersign from 'countersign/inline';
import * as workers from 'countersign/workers';
import { report } from './report.mjs';

await report({ countersign, hellojohn, workers });
