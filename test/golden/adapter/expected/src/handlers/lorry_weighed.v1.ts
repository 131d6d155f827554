import { defineNormalizer, notNormalized } from "../generated/evidence.gen.js";

export default defineNormalizer("lorry_weighed", (rawEvent) => notNormalized(rawEvent));
