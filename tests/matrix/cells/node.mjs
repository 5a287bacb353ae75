// Node, each supported line of it.
import { Absent } from '../lib/absent.mjs';
import { reportOf } from '../lib/programs.mjs';
import { cellFolder, host } from '../lib/project.mjs';
import { nodeOf } from '../lib/tools.mjs';

const hosts = { import: 'print.mjs', require: 'print.cjs', 'worker thread': 'thread.mjs' };

export const cells = [20, 22, 24].flatMap((major) =>
  Object.entries(hosts).map(([way, file]) => ({
    name: `node ${major}, ${way}`,
    quick: way === 'import',
    tools: ['common'],
    run() {
      const node = nodeOf(major);
      if (node === undefined) throw new Absent(`the registry has no Node ${major} for ${process.platform} ${process.arch}`);
      return reportOf(node, [host(file)], { cwd: cellFolder(this.name) });
    },
  })),
);
