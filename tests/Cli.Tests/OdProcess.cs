using System.Diagnostics;
using System.Text;

namespace OrleansDiffusion.Cli.Tests;

/// <summary>One run of the `od` program with a data folder of its own.</summary>
internal sealed class OdProcess : IDisposable
{
    /// <summary>Far beyond anything seen; a hang shall name itself rather than stop the suite.</summary>
    private static readonly TimeSpan RunMax = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private OdProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    public event Action<string>? LineWritten;

    public static OdProcess Start(string dataFolder, params string[] arguments) => Start(dataFolder, arguments, new Dictionary<string, string>());

    public static OdProcess Start(string dataFolder, string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "od.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["OD_DATA"] = dataFolder;
        start.Environment["OD_ROOT"] = Checkout.Root;
        start.Environment["COLUMNS"] = "200";
        start.Environment["NO_COLOR"] = "1";
        start.Environment.Remove("OD_SERVER");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new OdProcess(Process.Start(start)!);
    }

    public static async Task<Finished> Run(string dataFolder, params string[] arguments)
    {
        using var od = Start(dataFolder, arguments);
        return await od.Finish();
    }

    public async Task<Finished> Finish()
    {
        using var deadline = new CancellationTokenSource(RunMax);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"od did not end within {RunMax}.\nIts output: {Output}\nIts errors: {Errors}");
        }

        return new Finished(_process.ExitCode, Output, Errors);
    }

    /// <summary>As a person would with kill -9: no code of the program runs any more.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public async Task<Finished> Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        await kill.WaitForExitAsync();
        return await Finish();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Keep(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
        LineWritten?.Invoke(line);
    }

    private static string Read(StringBuilder text)
    {
        lock (text) return text.ToString();
    }
}

internal sealed record Finished(int ExitCode, string Output, string Errors)
{
    public string All => $"exit code {ExitCode}\n{Output}\n{Errors}";
}
