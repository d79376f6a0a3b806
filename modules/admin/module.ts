import { defineModule, type ModuleDefinition } from 'daemonry';

import { WebRoutes } from '../web/WebRoutes';
import { AdminDashboard } from './AdminDashboard';
import { AdminRoutes } from './AdminRoutes';
import { libraryChecks } from './adminFiles';

const admin = defineModule('admin', {
  packages: libraryChecks,
  bind: ({ bind }) => {
    bind(AdminRoutes).toSelf();
    bind(WebRoutes).toService(AdminRoutes);
    bind(AdminDashboard).toSelf();
  },
});

/** The dashboard under `/admin` of `web`, as the listener `admin`. List `webModule()` beside it. */
export function adminModule(): ModuleDefinition {
  return admin;
}
