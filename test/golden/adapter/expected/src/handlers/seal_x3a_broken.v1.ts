import { defineNormalizer, notNormalized } from "../generated/evidence.gen.js";

export default defineNormalizer("seal:broken", (rawEvent) => notNormalized(rawEvent));
