/** The port in a container. */
export const containerPort = 8000;

/** The port on which Prometheus asks, inside a network that nobody else is in. */
export const metricsPort = 9464;

/** The user "nonroot" of the image. */
export const userId = 65532;

/** Seconds. Load balancers need a moment to see that an instance is about to end. */
export const drainSeconds = 10;

/** Seconds from the signal to stop until a container is killed: draining, and then 10 s for what is under way, with something to spare. */
export const stopSeconds: number = drainSeconds + 10 + 10;

/** The command that makes the file with variables, which has secrets: for its owner only. */
export const createEnvFile: string = "[ -f .env ] || install -m 600 .env.example .env";
