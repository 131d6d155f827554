export { type LambdaAnswer, type LambdaHandler, type LambdaRequest, toLambdaHandler } from "./server/hosts/lambda.js";
