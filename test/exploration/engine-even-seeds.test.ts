import { exploreSeeds } from './exploreSeeds';

exploreSeeds([2, 4]);
