using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>A PostgreSQL server of a local cluster, in its folder, on loopback, behind a password that lies in that folder.</summary>
internal sealed class LocalPostgres(string folder)
{
    private const string User = "od";

    /// <summary>20 for the stores of each process and some for its membership: enough for a dozen of them.</summary>
    private const int ConnectionCountMax = 300;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);

    private string DataFolder => Path.Combine(folder, "postgres");

    private string PasswordFile => Path.Combine(folder, "postgres-password");

    private string PortFile => Path.Combine(folder, "postgres-port");

    /// <summary>Starts it unless it runs, and makes it first where there is none.</summary>
    /// <returns>How to connect.</returns>
    /// <exception cref="NodeStartException">PostgreSQL is not installed, or does not start; the message says what it said.</exception>
    public async Task<string> StartAsync(CancellationToken cancellation)
    {
        if (!Directory.Exists(DataFolder)) await CreateAsync(cancellation);
        var port = int.Parse(await File.ReadAllTextAsync(PortFile, cancellation), CultureInfo.InvariantCulture);
        var started = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync(port, cancellation))
        {
            var said = await StartOnceAsync(port, cancellation);
            if (said is null) continue;
            if (TimeProvider.System.GetElapsedTime(started) > StartPatience)
                throw new NodeStartException($"PostgreSQL does not start: {said.Trim()} See {DataFolder}/server.log.");
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellation);
        }

        return $"Host=127.0.0.1;Port={port};Username={User};Password={await File.ReadAllTextAsync(PasswordFile, cancellation)};Database=postgres";
    }

    public Task StopAsync(CancellationToken cancellation) => StopAsync("fast", cancellation);

    /// <summary>At once, as a crash would: the next start recovers from the write-ahead log.</summary>
    public Task KillAtOnceAsync(CancellationToken cancellation) => StopAsync("immediate", cancellation);

    /// <returns>What it said when it did not start, as it does while a killed one's processes are still there.</returns>
    private async Task<string?> StartOnceAsync(int port, CancellationToken cancellation)
    {
        var options = $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections={ConnectionCountMax}";
        var (code, said) = await RunAsync("pg_ctl", ["start", "-w", "-D", DataFolder, "-l", Path.Combine(DataFolder, "server.log"), "-o", options], cancellation);
        return code == 0 ? null : said;
    }

    /// <summary>Its file of process ids outlives it, so the port is asked.</summary>
    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task StopAsync(string mode, CancellationToken cancellation)
    {
        if (Directory.Exists(DataFolder)) await RunAsync("pg_ctl", ["stop", "-w", "-m", mode, "-D", DataFolder], cancellation);
    }

    private async Task CreateAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        await WriteSecretAsync(PasswordFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), cancellation);
        await File.WriteAllTextAsync(PortFile, FreePort().ToString(), cancellation);
        var owned = Directory.CreateDirectory(DataFolder).FullName;
        if (Environment.UserName == "root") await RunPlainAsync("chown", ["postgres", owned, PasswordFile], cancellation);
        var made = await RunAsync(
            "initdb", ["-D", owned, "-U", User, "--auth=scram-sha-256", $"--pwfile={PasswordFile}", "--encoding=UTF8", "--no-sync"], cancellation);
        if (made.Code == 0) return;
        Directory.Delete(owned, recursive: true);
        throw new NodeStartException($"PostgreSQL could not be set up in {owned}: {made.Said.Trim()}");
    }

    /// <summary>PostgreSQL refuses to run as root: then the user that its package makes runs it.</summary>
    private static Task<(int Code, string Said)> RunAsync(string tool, string[] arguments, CancellationToken cancellation)
    {
        var path = Find(tool);
        return Environment.UserName == "root"
            ? RunPlainAsync("runuser", ["-u", "postgres", "--", path, .. arguments], cancellation)
            : RunPlainAsync(path, arguments, cancellation);
    }

    private static async Task<(int Code, string Said)> RunPlainAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        // The server inherits what pg_ctl writes to, so that waiting for a pipe's end would be waiting for the server's.
        var said = Path.GetTempFileName();
        var shell = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        shell.ArgumentList.Add("-c");
        shell.ArgumentList.Add($"exec \"$@\" >'{said}' 2>&1 </dev/null");
        foreach (var part in (string[])["sh", program, .. arguments]) shell.ArgumentList.Add(part);
        using var process = Process.Start(shell) ?? throw new NodeStartException("/bin/sh could not be started.");
        await process.WaitForExitAsync(cancellation);
        var text = await File.ReadAllTextAsync(said, cancellation);
        File.Delete(said);
        return (process.ExitCode, text);
    }

    private static string Find(string tool)
    {
        var folders = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin"))
            : [];
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Concat(onPath).Select(place => Path.Combine(place, tool)).FirstOrDefault(File.Exists)
            ?? throw new NodeStartException($"{tool} was not found: install PostgreSQL (Debian: apt-get install postgresql), or name a server with --db.");
    }

    private static async Task WriteSecretAsync(string path, string text, CancellationToken cancellation)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), cancellation);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
