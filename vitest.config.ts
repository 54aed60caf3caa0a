import { defineConfig } from "vitest/config";

// The tests change nothing that they share, and a worker for each file takes ten times as long.
export default defineConfig({ test: { include: ["tests/front/**/*.test.ts"], isolate: false } });
