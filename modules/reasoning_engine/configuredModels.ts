import type { ModelSettings } from './ModelSettings';
import { ReasoningProviderUnconfiguredError } from './ReasoningProviderUnconfiguredError';

/** Settings with everything in them that a provider cannot do without. */
export type ConfiguredModels = ModelSettings & Readonly<Record<'apiKey' | 'model' | 'strongModel', string>>;

/** @throws ReasoningProviderUnconfiguredError when the key or the model is missing */
export function configuredModels(provider: string, settings: ModelSettings): ConfiguredModels {
  const { apiKey, model, strongModel = model } = settings;
  if (apiKey === undefined) throw new ReasoningProviderUnconfiguredError(provider, 'apiKey');
  if (model === undefined || strongModel === undefined) throw new ReasoningProviderUnconfiguredError(provider, 'model');
  return { ...settings, apiKey, model, strongModel };
}
