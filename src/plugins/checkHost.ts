import { Problems } from '../errors/Problem';
import { findInstalled, hostPackage } from '../configuration';
import type { PluginRecord } from './PluginRecord';
import { semver } from './readManifest';

/** Refuses a plugin that needs another version of the framework, or would load another copy of it. */
export function checkHost(record: PluginRecord): void {
  const { name, folder, engine, given } = record.origin;
  if (given !== undefined) return;
  const problems = new Problems();
  const host = hostPackage();
  if (host === undefined) {
    problems.add('PLUGIN_FOREIGN_FRAMEWORK', {
      what: `The plugin "${name}" cannot be loaded into a bundle: it would load a daemonry of its own.`,
      facts: { package: record.label },
      fix: 'give the plugin in code (plugins: { enabled: [plugin] }), so that it is bundled as well; or run the application as it was before it was bundled.',
    });
    return record.refuse(problems.list);
  }
  if (engine !== undefined && !semver().satisfies(host.version, engine, { includePrerelease: true })) {
    problems.add('PLUGIN_ENGINE_MISMATCH', {
      what: `The plugin "${name}" needs daemonry ${engine}, and this is ${host.version}.`,
      facts: { package: record.label },
      fix: 'install a version of the plugin, or of daemonry, that fits.',
    });
  }
  const own = folder === undefined ? undefined : findInstalled('daemonry', folder);
  if (own !== undefined && own !== host.folder) {
    problems.add('PLUGIN_FOREIGN_FRAMEWORK', {
      what: `The plugin "${name}" comes with a daemonry of its own.`,
      facts: { 'daemonry in use': host.folder, 'daemonry of the plugin': own },
      fix: 'declare daemonry as a peer dependency in the package of the plugin, then `npm dedupe`, so that one copy is left; a package that is linked from elsewhere needs to be installed, or to share the copy.',
    });
  }
  if (problems.list.length > 0) record.refuse(problems.list);
}
