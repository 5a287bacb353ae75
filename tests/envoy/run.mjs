// The filter in a real Envoy, against a service and issuers of our own. Prints what
// failed and "N passed, N failed".
//   node tests/envoy/run.mjs                all
//   node tests/envoy/run.mjs requests keys  only these
import { withPrograms } from '../../scripts/demo/processes.mjs';
import { buildModule } from '../../scripts/envoy/module.mjs';
import { envoyProgram } from '../../scripts/envoy/server.mjs';
import { fail, main } from '../../scripts/lib/tree.mjs';
import { hangUp } from './lib/http.mjs';
import { startService } from './lib/service.mjs';
import { Report } from './lib/trial.mjs';
import { examples } from './suite/examples.mjs';
import { faults } from './suite/faults.mjs';
import { keys } from './suite/keys.mjs';
import { phases } from './suite/phases.mjs';
import { requests } from './suite/requests.mjs';
import { rush } from './suite/rush.mjs';
import { updates } from './suite/updates.mjs';
import { verdicts } from './suite/verdicts.mjs';
import { webhooks } from './suite/webhooks.mjs';

const suites = { phases, verdicts, requests, webhooks, keys, faults, updates, rush, examples };

await main(() =>
  withPrograms(async () => {
    if (!process.env.COUNTERSIGN_ENVOY_BUILT) await buildModule();
    await envoyProgram();
    const total = new Report();
    const service = await startService();
    for (const name of chosen()) {
      const [began, report] = [Date.now(), new Report()];
      await suites[name](report, service).catch((error) => report.check(name, () => Promise.reject(error)));
      total.passed += report.passed;
      total.failed += report.failed;
      console.log(`${name}: ${report.passed} passed, ${report.failed} failed, ${Date.now() - began} ms`);
    }
    hangUp();
    await service.stop();
    console.log(`\n${total.passed} passed, ${total.failed} failed`);
    if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
  }),
);

function chosen() {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !(name in suites));
  if (unknown) fail(`no such suite: ${unknown}; there are ${Object.keys(suites).join(', ')}`);
  return names.length > 0 ? names : Object.keys(suites);
}
