import { exploreSeeds } from './exploreSeeds';

exploreSeeds([1, 3]);
