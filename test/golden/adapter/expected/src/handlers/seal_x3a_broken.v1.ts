import { defineNormalizer, notNormalized } from "../generated/evidence.gen.js";

export default defineNormalizer("seal:broken", (rawEvent) => {
  return notNormalized(rawEvent);
});
