import { Problems } from '../errors/Problem';
import { loadLayers } from './layers/loadLayers';
import { resolveFramework } from './options/framework';

/**
 * The `state.directory` of the application in a folder, absolute: as its files and the environment set it. What its code sets
 * is not known; what is wrong with the configuration counts as not set.
 */
export async function stateDirectory(folder: string): Promise<string> {
  const layers = await loadLayers(undefined, new Problems(), folder);
  return resolveFramework(layers, new Problems()).framework.state.directory;
}
