export { AdminDashboard, AdminSettings } from './AdminDashboard';
export { adminModule } from './module';
