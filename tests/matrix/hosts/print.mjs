// For hosts with a standard output: the report as one line.
import { run } from './suite.mjs';

run().then((report) => console.log(JSON.stringify(report)));
