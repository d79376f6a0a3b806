import { exploreSeeds } from './exploreSeeds';

// The first schedules of the seeds that `npm run test:explore` explores.
exploreSeeds([1, 2, 3, 4], 100);
