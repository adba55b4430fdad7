#!/usr/bin/env python3
"""Checks the digits of a result against its certificate with nothing of Decima's: check_certificate.py CERTIFICATE DIGITS"""
import functools, hashlib, json, sys
def product(numbers, m): return functools.reduce(lambda result, number: result * number % m, numbers, 1)
def fibonacci(n, m):  # F(n), F(n+1)
    f, g = fibonacci(n // 2, m) if n > 1 else (0, 1)
    f, g = f * (2 * g - f) % m, (f * f + g * g) % m
    return (g, (f + g) % m) if n % 2 else (f, g)
def subfactorial(n, m):
    result = 1
    for i in range(1, n + 1): result = (result * i + (-1) ** i) % m
    return result
def binomial(n, k, m): return product(range(n - k + 1, n + 1), m) * pow(product(range(1, k + 1), m), -1, m) if k <= n else 0
def primes(n):
    sieve = bytearray([1]) * (n + 1)
    for p in range(2, n + 1):
        if sieve[p]: yield p; sieve[p * p::p] = bytes(len(range(p * p, n + 1, p)))
VALUES = {"factorial": lambda n, m: product(range(1, n + 1), m), "fibonacci": lambda n, m: fibonacci(n, m)[0],
          "lucas": lambda n, m: 2 * fibonacci(n, m)[1] - fibonacci(n, m)[0], "primorial": lambda n, m: product(primes(n), m),
          "double_factorial": lambda n, m: product(range(n, 0, -2), m), "subfactorial": subfactorial, "binomial": binomial,
          "catalan": lambda n, m: binomial(2 * n, n, m) * pow(n + 1, -1, m), "power": pow, "mersenne": lambda p, m: pow(2, p, m) - 1}
def is_prime(n): return all(n % p and (pow(p, (n - 1) >> s, n) in (1, n - 1) or any(pow(p, (n - 1) >> r, n) == n - 1
                            for r in range(1, s + 1))) for s in [((n - 1) & -(n - 1)).bit_length() - 1] for p in primes(37))
def drawn(identity, digest, i):  # the i-th modulus: nobody could choose it
    seed = hashlib.sha256(identity.encode() + digest + bytes([i])).digest()
    m = int.from_bytes(seed[:8], "big") % 2**60 + 2**60
    while not is_prime(m): m += 1
    return m
def root(level):  # RFC 6962's tree, level by level
    while len(level) > 1: level = [hashlib.sha256(b"\1" + b"".join(level[i:i + 2])).digest() if i + 1 < len(level) else level[i]
                                   for i in range(0, len(level), 2)]
    return level[0].hex()
certificate = json.load(open(sys.argv[1]))
identity, size = certificate["id"], max(certificate["block_bytes"], 1)
text = open(sys.argv[2], "rb").read()
digest, kind, *arguments = hashlib.sha256(text).digest(), *identity.split("-")
blocks = [hashlib.sha256(b"\0" + text[i:i + size]).digest() for i in range(0, len(text), size)]
def check(good, what): good or sys.exit(f"{identity}: {what}")
check(kind in VALUES and all(a == str(int(a)) for a in arguments), "no number is called that")
check(text.isdigit() and len(text) == certificate["digits"] == certificate["bytes"], "the file does not hold as many digits")
check(text == b"0" or text[0] != 48, "the number begins with a zero")
check(digest.hex() == certificate["sha256"] and root(blocks) == certificate["merkle_root"], "the hashes differ")
for i, pair in enumerate(certificate["residues"]):
    m, value = int(pair["modulus"]), 0
    for at in range(0, len(text), 900): value = (value * pow(10, len(text[at:at + 900]), m) + int(text[at:at + 900])) % m
    check(m == drawn(identity, digest, i), "a modulus is not the one that the digits draw")
    check(value == int(pair["residue"]) == VALUES[kind](*map(int, arguments), m) % m, f"another number modulo {m}")
check(len(certificate["residues"]) == 2, "two moduli are needed")
print(f"{identity}: the certificate is good")
