import type { DopplerSettings, SupabaseSettings } from '../HeartbeatProbesSettings';
import type { VendorProbe } from './VendorProbe';

/** Healthy when Doppler accepts the token. */
export const dopplerProbe = ({ token, baseUrl }: DopplerSettings): VendorProbe => ({
  name: 'doppler',
  baseUrl,
  needs: { 'heartbeat_probes.doppler.token': token },
  token,
  check: async (ask) => {
    await ask('/v3/me');
    return { status: 'healthy' };
  },
});

/** Healthy when the REST root of the project answers the key. */
export const supabaseProbe = ({ url, anonKey }: SupabaseSettings): VendorProbe => ({
  name: 'supabase',
  baseUrl: url,
  needs: { 'heartbeat_probes.supabase.url': url, 'heartbeat_probes.supabase.anonKey': anonKey },
  token: anonKey,
  headers: { apikey: anonKey ?? '' },
  check: async (ask) => {
    await ask('/rest/v1/', { method: 'HEAD', expect: [200, 204] });
    return { status: 'healthy' };
  },
});
