export { type ClientOptions, createClient, type SlipwayClient } from "@slipway/client";
