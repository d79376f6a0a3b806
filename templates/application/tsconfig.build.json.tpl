{
  "extends": "./tsconfig.json",
  "compilerOptions": {
    "noEmit": false,
    "outDir": "dist",
    "types": ["node"],
    "sourceMap": true
  },
  "include": ["src", "modules", "decorators"]
}
