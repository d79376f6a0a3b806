import type { VendorProbe } from './VendorProbe';
import type { SupabaseSettings } from './VendorSettings';

/** Healthy when the REST root of the project answers the key. */
export const supabaseProbe = ({ url, anonKey }: SupabaseSettings): VendorProbe => ({
  name: 'supabase',
  ...(url === undefined ? {} : { baseUrl: url }),
  needs: { 'heartbeat_probes.supabase.url': url, 'heartbeat_probes.supabase.anonKey': anonKey },
  token: anonKey,
  headers: { apikey: anonKey ?? '' },
  check: async (ask) => {
    await ask('/rest/v1/', { method: 'HEAD', expect: [200, 204] });
    return { status: 'healthy' };
  },
});
