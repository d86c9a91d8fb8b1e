package org.kochab.mqtt;

/**
 * Where the broker listens with TLS and the platform's own certificates.
 *
 * @param port 0 for any free one
 */
public record SecureListener(String host, int port) {}
