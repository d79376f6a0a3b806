import { exploreSeeds, MANY } from './exploreSeeds';

exploreSeeds([1, 3], MANY);
