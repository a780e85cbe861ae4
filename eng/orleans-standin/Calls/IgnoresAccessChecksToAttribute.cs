namespace System.Runtime.CompilerServices;

/// <summary>Honoured by the runtime under this name; not part of the base library.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName => assemblyName;
}
