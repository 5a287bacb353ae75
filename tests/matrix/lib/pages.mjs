// One browser and one site for all cells that need them, started when the first of them does.
import { startBrowser } from './browser.mjs';
import { project } from './project.mjs';
import { startSite } from './site.mjs';

export class Pages {
  #started;

  /** The report of a folder's index page, or of a page elsewhere. */
  open = async (folderOrUrl) => {
    const { browser, site } = await this.#start();
    const url = folderOrUrl.startsWith('http:') ? folderOrUrl : `${site.url}${folderOrUrl.slice(project.length)}/`;
    return browser.value(url, 'report');
  };

  #start() {
    return (this.#started ??= Promise.all([startBrowser(), startSite(project)]).then(([browser, site]) => ({ browser, site })));
  }

  async stop() {
    const started = await this.#started?.catch(() => undefined);
    started?.site.stop();
    await started?.browser.stop();
  }
}
